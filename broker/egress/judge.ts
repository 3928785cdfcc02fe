/** What the group's policy says of a target, before and after its name is resolved. Pure. */
import { isIP } from 'node:net';
import { type EgressConfig, splitAddress } from '../../contracts/container-config.ts';
import { isLinkLocal, whyNotPublic } from './addresses.ts';
import { EgressRefused, operatorMay } from './refusal.ts';
import type { Target } from './target.ts';

/** The first judgement, by name and port. Null: it may be resolved. */
export function judgeTarget(target: Target, config: EgressConfig): EgressRefused | null {
  const { host, port } = target;
  if (isOpened(target, config)) return null;
  if (config.policy === 'none')
    return refused('policy_none', 'This group has no way to the internet.', 'egress.policy');
  if (!config.ports.includes(port)) return refused('port', `Port ${port} is not open.`, 'egress.ports');
  if (config.policy === 'allowlist' && !config.hosts.some((pattern) => matches(host, pattern)))
    return refused('not_in_allowlist', `${host} is not among the hosts of this group.`, 'egress.hosts');
  return null;
}

/** The second, of one address that the name stands for. Null: it may be connected to. */
export function judgeAddress(
  address: string,
  target: Target,
  config: EgressConfig,
  own: ReadonlySet<string>,
): EgressRefused | null {
  // Only when the agent asked for the address itself: a name that leads there would be somebody else's doing.
  if (isOpened(target, config) && address === target.host) return null;
  const kind = whyNotPublic(address);
  if (kind !== null)
    return refused('not_public', `${target.host} leads to ${address}: ${kind}.`, 'egress.private');
  if (own.has(address))
    return refused('own_address', `${target.host} leads to this very machine.`, 'egress.private');
  return null;
}

function isOpened({ host, port }: Target, config: EgressConfig): boolean {
  if (config.policy === 'none' || isIP(host) === 0 || isLinkLocal(host)) return false;
  return config.private.some((text) => {
    const opened = splitAddress(text);
    return opened?.address.toLowerCase() === host && opened.port === port;
  });
}

function matches(host: string, pattern: string): boolean {
  if (isIP(host) !== 0) return false;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

function refused(code: EgressRefused['code'], message: string, setting: string): EgressRefused {
  return new EgressRefused(code, `${message} ${operatorMay(setting)}`);
}
