// `node scripts/count-tests.mjs REPORT`: prints "passed failed skipped" of a vitest JSON report. A report that is
// missing, unreadable or empty, and a file that could not be loaded, count as one failure each.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** @param {string | null} text the report, null when there is none */
export function countTests(text) {
  const report = parse(text);
  if (report === null || !(report.numTotalTests > 0)) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function parse(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null; // cut off in the middle: the run died
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // the run died before it wrote one
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed, skipped } = countTests(readIfThere(process.argv[2] ?? ''));
  process.stdout.write(`${passed} ${failed} ${skipped}\n`);
}
