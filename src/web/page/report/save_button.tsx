import { ApiError } from "../connection/api_error.ts";
import { useTell } from "../parts/outcomes.tsx";
import { useApi } from "../parts/use_api.ts";

/** Saves the report as one file with its charts, to be kept or sent: what `tsm report --html` prints. */
export function SaveButton({ period }: { readonly period: string }) {
  const api = useApi();
  const tell = useTell();
  const save = async () => {
    try {
      const page = await api.text("/report.html", { since: period });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
      link.download = `tsm-report-${new Date().toISOString().slice(0, 10)}.html`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(error.message, true);
    }
  };
  return <button type="button" onClick={save}>Save as one file</button>;
}
