export type Violation = { line: number; problem: string };
export function findViolations(path: string, text: string): Violation[];
