/** English texts of the routing part of `nanoclaw metrics`; their shape is the catalogue's type. */
export const routingEn = {
  light: 'light answers',
  agent: 'agent answers',
  turns: (turns: number, share: string) => `${turns} (${share})`,
  spent: (tokens: string, cost: string) => `${tokens} tokens · $${cost}`,
  handovers: 'handed to the agent',
  unanswered: 'not answered',
};
