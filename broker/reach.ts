/**
 * What a tool call of an agent names that it has no business with. This guards nothing (the sandbox does): it makes an
 * attempt visible that the sandbox lets fail in silence. A word is no proof: whoever writes about Docker names its socket.
 */

/** `engine`: the container engine. `other_agents`: folders and links that are not its own. */
export const REACHES = [
  'engine',
  'metadata',
  'own_network',
  'kernel',
  'privileges',
  'processes',
  'secrets',
  'other_agents',
  'outside',
] as const;
export type Reach = (typeof REACHES)[number];

/** Matched against the call's arguments as JSON, where quotes and newlines are escaped and slashes are not. */
const SIGNS: Readonly<Record<Reach, RegExp>> = {
  engine: /(docker|containerd|podman)\.sock/,
  metadata: /169\.254\.\d|fd00:ec2|metadata\.(google|goog)|\bmeta-?data\/latest/,
  own_network:
    /\/dev\/tcp\/|https?:\/\/(127\.|localhost|0\.0\.0\.0|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/,
  kernel: /\/proc\/(sys|kcore|kmsg|sysrq)|\/dev\/(mem|kmsg|kcore|disk|sd[a-z])|\/sys\/fs\/cgroup/,
  privileges: /\b(unshare|nsenter|chroot|setuid|setgid|mknod|sudo|mount -)|-perm [-/]?[46]000/,
  processes: /\/proc\/(\*|1|self|\d+)\/(root|cwd|environ|cmdline|mem|fd)/,
  secrets: /sk-ant-|\.credentials|\.env\b|\.ssh\b|\bid_(rsa|ed25519)\b|\/etc\/shadow|\bprintenv\b/,
  other_agents: /\/workspace\/(group\/)?\.\.|\/groups\/|\/run\/nanoclaw|\/run\/agents|\/workspace\/global/,
  outside: /\/(host|mnt|opt\/nanoclaw|etc|root|var|usr|boot)\/|\bln -s|\bfind \/ /,
};

export function reachesOf(json: string): Reach[] {
  return REACHES.filter((reach) => SIGNS[reach].test(json));
}
