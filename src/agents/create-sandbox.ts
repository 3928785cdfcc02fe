/** Builds the chosen sandbox; the engine's library is loaded only when it is needed. */
import { join } from 'node:path';
import type { Sandbox } from '../../container/sandbox.ts';
import type { SandboxKind } from './sandbox-choice.ts';

export type SandboxPlace = {
  /** Id of this home. */
  installation: string;
  image: string;
  /** Of the Docker engine; null for one behind TCP. */
  socketPath: string | null;
  /** Where `dist/` and `container/runner/node_modules` lie. */
  checkout: string;
  agentsRun: string;
  /** Longest log of an agent's run, bytes. */
  logLimitBytes: number;
};

export async function createSandbox(kind: SandboxKind, place: SandboxPlace): Promise<Sandbox> {
  switch (kind) {
    case 'docker': {
      const { createDockerSandbox } = await import('../../container/docker.ts');
      const { installation, image, socketPath, logLimitBytes } = place;
      return createDockerSandbox({ installation, image, logLimitBytes, socketPath });
    }
    case 'bubblewrap': {
      const { createBubblewrapSandbox } = await import('../../container/bubblewrap.ts');
      const runner = join(place.checkout, 'container', 'runner');
      const program = {
        node: process.execPath,
        runner: join(place.checkout, 'dist', 'runner.js'),
        packageJson: join(runner, 'package.json'),
        modules: join(runner, 'node_modules'),
        skills: join(place.checkout, 'container', 'skills'),
      };
      return createBubblewrapSandbox({
        agentsRun: place.agentsRun,
        program,
        logLimitBytes: place.logLimitBytes,
      });
    }
  }
}
