export function countTests(text: string | null): {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
};
