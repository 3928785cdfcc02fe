/**
 * First module of `dist/supervisor.js`. The bundle is the emergency session's program inside its sandbox too; the role
 * is told before anything else is loaded, since what the sandbox waits for at its start is loaded for nothing there.
 */
import { isInsideRole } from '../recovery/emergency/inside/roles.ts';

const [, , role, argument = ''] = process.argv;
if (isInsideRole(role)) {
  const { runInside } = await import('../recovery/emergency/inside/run-inside.ts');
  await runInside(role, argument);
} else {
  await import('./main.ts');
}
