# tsm on a small Debian, to build images of services on: see docs/containers.md.
#
#   ./scripts/deno task release
#   docker buildx build --platform linux/amd64,linux/arm64 -t tsm .
ARG BASE=debian:bookworm-slim
FROM ${BASE}

# amd64 or arm64, as Debian calls them too.
ARG TARGETARCH

# tini is pid 1: it reaps the processes that lose their parents, passes signals on, and ends with
# the exit code of tsm, in 1.3 MB of memory. A shell needs a script for that, and 1.7 MB.
RUN --mount=type=bind,source=dist/release,target=/release \
  apt-get update \
  && apt-get install -y --no-install-recommends tini /release/tsm_*_"${TARGETARCH}".deb \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
  && useradd --create-home --uid 10001 tsm

USER tsm
WORKDIR /home/tsm
# Whether the supervisor answers. Whether a service does is its own health check, in tsm.jsonc.
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["tsm", "ping"]
ENTRYPOINT ["tini", "--", "tsm", "run"]
