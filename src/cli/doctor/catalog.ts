/** All checks, in the order in which a person should read them: what others depend on comes first. */
import type { Check } from './check.ts';
import { apiKeyCheck } from './checks/api-key.ts';
import { bubblewrapCheck } from './checks/bubblewrap.ts';
import { clockCheck } from './checks/clock.ts';
import { diskCheck } from './checks/disk.ts';
import { dockerCheck } from './checks/docker.ts';
import { emergencySandboxCheck } from './checks/emergency-sandbox.ts';
import { envCheck } from './checks/env.ts';
import { homeCheck } from './checks/home.ts';
import { imageCheck } from './checks/image.ts';
import { jqCheck } from './checks/jq.ts';
import { modelCheck } from './checks/model.ts';
import { nodeCheck } from './checks/node.ts';
import { orchestratorCheck } from './checks/orchestrator.ts';
import { pagerCheck } from './checks/pager.ts';
import { portsCheck } from './checks/ports.ts';
import { routerCheck } from './checks/router.ts';
import { sandboxCheck } from './checks/sandbox.ts';
import { supervisorCheck } from './checks/supervisor.ts';
import { tmuxCheck } from './checks/tmux.ts';

export const CHECKS: readonly Check[] = [
  nodeCheck,
  envCheck,
  apiKeyCheck,
  homeCheck,
  diskCheck,
  dockerCheck,
  imageCheck,
  bubblewrapCheck,
  sandboxCheck,
  modelCheck,
  routerCheck,
  pagerCheck,
  portsCheck,
  supervisorCheck,
  orchestratorCheck,
  tmuxCheck,
  emergencySandboxCheck,
  jqCheck,
  clockCheck,
];
