/** What the model of the systemd tests does, one answer after the other. */
export type ModelStep = { call: string; input: object } | { say: string } | 'silence';

export const bash = (command: string): ModelStep => ({
  call: 'Bash',
  input: { command, description: 'look' },
});
export const verb = (name: string, input: object = {}): ModelStep => ({
  call: `mcp__nanoclaw__${name}`,
  input,
});
