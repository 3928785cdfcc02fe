/**
 * What a hostile session puts into its copy to have it taken to the live tree. Each row: how it is planted, and what
 * the try is refused with. Planted in the copy as it was at first, which is put back after each.
 */
export type Smuggle = { name: string; plant: string; refusal: RegExp };

const NOT_YOURS = /refused: .* is not yours to change/;
const SPECIAL = /refused: .* is a link or a special file/;
const put = (path: string, text = 'harm') => `mkdir -p "$(dirname '${path}')" && echo '${text}' > '${path}'`;

export const SMUGGLES: readonly Smuggle[] = [
  {
    name: 'a link to a file',
    plant: 'mkdir -p dist/index; ln -s /etc/passwd dist/index/x.js',
    refusal: SPECIAL,
  },
  { name: 'a link to a folder', plant: 'ln -s /etc src', refusal: SPECIAL },
  {
    name: 'a link that leads nowhere, in the place of a program',
    plant: 'rm dist/index.js; ln -s /nowhere dist/index.js',
    refusal: SPECIAL,
  },
  {
    name: 'a second name of a file',
    plant: 'mkdir -p dist/index; ln dist/index.js dist/index/x.js',
    refusal: SPECIAL,
  },
  {
    name: 'a pipe that would hold up whoever opens it',
    plant: 'rm dist/index.js; mkfifo dist/index.js',
    refusal: SPECIAL,
  },
  {
    name: 'a socket',
    plant: `mkdir -p dist/index; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local=>"dist/index/x.js", Listen=>1)'`,
    refusal: SPECIAL,
  },
  {
    name: 'a program that runs as its owner',
    plant: 'chmod 6777 dist/index.js',
    refusal: /refused: the copy is unchanged/,
  },
  { name: 'a hook of git', plant: put('.git/hooks/post-checkout', '#!/bin/sh'), refusal: NOT_YOURS },
  { name: 'a monitor of git', plant: put('.git/config', '[core] fsmonitor = "harm"'), refusal: NOT_YOURS },
  { name: 'a filter of git', plant: put('.gitattributes', '* filter=harm'), refusal: NOT_YOURS },
  {
    name: 'a hook of git, hidden among sources',
    plant: put('src/x/.git/hooks/pre-commit.ts'),
    refusal: NOT_YOURS,
  },
  { name: 'the supervisor’s sources', plant: put('supervisor/main.ts'), refusal: NOT_YOURS },
  { name: 'its own sources', plant: put('recovery/emergency/trial/allowed.ts'), refusal: NOT_YOURS },
  { name: 'what both processes share', plant: put('contracts/redact.ts'), refusal: NOT_YOURS },
  { name: 'the supervisor’s program', plant: put('dist/supervisor.js'), refusal: NOT_YOURS },
  { name: 'the command line, which the supervisor runs', plant: put('dist/cli.js'), refusal: NOT_YOURS },
  { name: 'a piece of the command line', plant: put('dist/cli/x.js'), refusal: NOT_YOURS },
  { name: 'a script of root', plant: put('scripts/install.sh'), refusal: NOT_YOURS },
  { name: 'a unit', plant: put('systemd/nanoclaw.service', 'ExecStart=harm'), refusal: NOT_YOURS },
  {
    name: 'a script of a package',
    plant: put('package.json', '{"scripts":{"postinstall":"harm"}}'),
    refusal: NOT_YOURS,
  },
  { name: 'another registry', plant: put('.npmrc', 'registry=http://harm'), refusal: NOT_YOURS },
  {
    name: 'another registry, in the lock file',
    plant: put('package-lock.json', '{"resolved":"http://harm"}'),
    refusal: NOT_YOURS,
  },
  { name: 'settings', plant: put('.env', 'SLACK_BOT_TOKEN=mine'), refusal: NOT_YOURS },
  {
    name: 'the healing policy',
    plant: put('policy.json', '{"emergency":{"tries":1000}}'),
    refusal: NOT_YOURS,
  },
  {
    name: 'a recipe of the agents’ image',
    plant: put('container/Dockerfile', 'RUN harm'),
    refusal: NOT_YOURS,
  },
  { name: 'a program of the system, by a folder’s name', plant: put('usr/bin/node'), refusal: NOT_YOURS },
  {
    name: 'a name of two lines',
    plant: `mkdir -p src; touch "src/a\n.ts"`.replace('\n', "$(printf '\\nb')"),
    refusal: /is not yours to change/,
  },
  {
    name: 'a name that is no text',
    plant: `mkdir -p src; touch "$(printf 'src/\\377.ts')"`,
    refusal: SPECIAL,
  },
  {
    name: 'a name that speaks to a terminal',
    plant: `mkdir -p src; touch "$(printf 'src/\\033]52;c;aGFybQ==\\007.ts')"`,
    refusal: NOT_YOURS,
  },
  {
    name: 'a name that reads the other way round',
    plant: `mkdir -p src; touch "$(printf 'src/\\342\\200\\256st.yas.ts')"`,
    refusal: NOT_YOURS,
  },
  { name: 'a name that looks like another', plant: put('src/mаin.ts'), refusal: NOT_YOURS },
  { name: 'a folder of the same name in capitals', plant: put('SRC/main.ts'), refusal: NOT_YOURS },
  { name: 'a program of the same name in capitals', plant: put('dist/INDEX.js'), refusal: NOT_YOURS },
  { name: 'a program with a blank behind its name', plant: put('dist/index.js '), refusal: NOT_YOURS },
  { name: 'the command line’s sources', plant: put('src/cli/main.ts'), refusal: NOT_YOURS },
  {
    name: 'more folders than anybody can look through',
    plant: `perl -e 'mkdir "src"; mkdir "src/$_" for 1..8000'`,
    refusal: /refused: .* holds too much/,
  },
  {
    name: 'a giant file',
    plant: 'mkdir -p dist/index; head -c 60M /dev/zero > dist/index/x.js',
    refusal: /refused: .* is too large/,
  },
  {
    name: 'a giant file without bytes',
    plant: 'mkdir -p dist/index; truncate -s 60M dist/index/x.js',
    refusal: /refused: .* is too large/,
  },
  {
    name: 'more files than a repair has',
    plant: 'mkdir -p src; for i in $(seq 300); do echo $i > src/$i.ts; done',
    refusal: /too large to be a repair/,
  },
  {
    name: 'folders deeper than any path',
    plant: `perl -e 'for (1..100) { mkdir "d"; chdir "d" } open F, ">", "x" x 200'`,
    refusal: /refused: .* is too deep/,
  },
];
