/** English texts of `nanoclaw drill`. */
export const drillEn = {
  about: 'bring a fault about in a scratch installation and see how it heals; this one is not touched',
  names: 'which drills',
  all: 'every drill, with a table of what came of it',
  list: 'names of all drills, and the rows of the fault list they cover',
  missing: (path: string) =>
    `drills are played in a checkout, this installation has none (${path} is missing): npm run build`,
};
