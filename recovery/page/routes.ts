/** The ways a page can take, best first. */
export const ROUTE_NAMES = ['discord', 'discord_fallback', 'slack'] as const;
export type RouteName = (typeof ROUTE_NAMES)[number];
export type Route = { name: RouteName; platform: 'discord' | 'slack'; address: string };

export type Webhooks = {
  webhook: string | null;
  webhookFallback: string | null;
  slackWebhook: string | null;
};

export const ROUTE_TITLES: Record<RouteName, string> = {
  discord: 'Discord',
  discord_fallback: 'the second Discord webhook',
  slack: 'Slack',
};

/**
 * The configured ways in the order to try them.
 * @param last the way the incident's latest message took: what follows belongs beside it
 */
export function routesFor(webhooks: Webhooks, last: RouteName | null): Route[] {
  const { webhook, webhookFallback, slackWebhook } = webhooks;
  const all: (Omit<Route, 'address'> & { address: string | null })[] = [
    { name: 'discord', platform: 'discord', address: webhook },
    { name: 'discord_fallback', platform: 'discord', address: webhookFallback },
    { name: 'slack', platform: 'slack', address: slackWebhook },
  ];
  const configured = all.filter((route): route is Route => route.address !== null);
  return [
    ...configured.filter(({ name }) => name === last),
    ...configured.filter(({ name }) => name !== last),
  ];
}
