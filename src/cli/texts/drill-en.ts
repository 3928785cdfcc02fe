/** English texts of `nanoclaw drill`. */
export const drillEn = {
  about: 'bring a fault about in a scratch installation and see how it heals; this one is not touched',
  names: 'which drills',
  all: 'every drill, with a table of what came of it',
  list: 'names of all drills, and the rows of the fault list they cover',
  manager:
    'who starts and ends the service: the supervisor itself (child, the default), systemd in a machine of its own (takes Docker), or both in turn; with --all systemd plays the drills it has a part in',
  jobs: 'how many play at once, 1 to 8 (default 2): more take less time and make the figures worse',
  strict: 'a drill that takes longer than its limits on a machine at rest has failed',
  missing: (path: string) =>
    `drills are played in a checkout, this installation has none (${path} is missing): npm run build`,
};
