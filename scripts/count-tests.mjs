// `node scripts/count-tests.mjs REPORT`: prints "passed failed skipped" of a vitest JSON report, then what failed and the
// first lines of why. A report that is missing, unreadable or empty, and a file that could not be loaded, count as one
// failure each.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// Lines of a failure's message that are repeated at the end of a run.
const REASON_LINES = 3;

/** @param {string | null} text the report, null when there is none */
export function countTests(text) {
  const report = parse(text);
  if (report === null || !(report.numTotalTests > 0))
    return { passed: 0, failed: 1, skipped: 0, failures: [] };
  const failures = report.testResults.filter((file) => file.status === 'failed').flatMap(failuresOf);
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

function failuresOf(file) {
  const tests = file.assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) return [failure(file.name, file.message)];
  return tests.map((test) => failure(`${file.name}: ${test.fullName}`, test.failureMessages?.join('\n')));
}

function failure(title, why = '') {
  return [title, ...why.split('\n').filter(Boolean).slice(0, REASON_LINES)].join('\n      ');
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
  const { passed, failed, skipped, failures } = countTests(readIfThere(process.argv[2] ?? ''));
  process.stdout.write([`${passed} ${failed} ${skipped}`, ...failures, ''].join('\n'));
}
