/** How the world looks to an agent: the same paths and variables in every sandbox. */
import type { AgentSpec } from './sandbox.ts';

export const INSIDE = {
  run: '/run/nanoclaw',
  home: '/home/node',
  claude: '/home/node/.claude',
  workspace: '/workspace',
  group: '/workspace/group',
  install: '/opt/nanoclaw',
  runner: '/opt/nanoclaw/runner.js',
} as const;

/** The uid and gid of the user `node`. Also the owner to choose for an agent's folders when the host runs as root. */
export const NODE_ID = 1000;

/** All that an agent's environment holds beyond PATH. Everything else comes over the link. */
export function agentEnvironment(spec: AgentSpec): Record<string, string> {
  return {
    HOME: INSIDE.home,
    CLAUDE_CONFIG_DIR: INSIDE.claude,
    NANOCLAW_RUN_DIR: INSIDE.run,
    TZ: spec.timeZone,
  };
}

/** What `docker ps` shows; the documents' stop-all command matches its beginning. */
export function agentName(agent: { group: string; agentId: string }): string {
  return `nanoclaw-${agent.group}-${agent.agentId}`;
}
