/**
 * Loaded into the orchestrator before anything else (NODE_OPTIONS): kills it at a durable step of its store. All of its
 * writes go through one transaction at a time, so the moments before and after each COMMIT are all the moments at
 * which what is durable changes.
 *
 * `<home>/failpoint` holds `before N` or `after N`, counted from when the file is found; it is gone once it has struck.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const home = process.env.NANOCLAW_HOME;
if (home && process.argv[1]?.endsWith('index.js')) {
  const Database = createRequire(process.argv[1])('better-sqlite3');
  const file = join(home, 'failpoint');
  let commits = 0;
  const pass = (side) => {
    if (!existsSync(file)) {
      commits = 0;
      return;
    }
    if (side === 'before') commits += 1;
    const [when, number] = readFileSync(file, 'utf8').trim().split(' ');
    if (when !== side || commits < Number(number)) return;
    rmSync(file);
    process.kill(process.pid, 'SIGKILL');
  };
  const prepare = Database.prototype.prepare;
  Database.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    if (sql !== 'COMMIT') return statement;
    const commit = statement.run.bind(statement);
    statement.run = (...values) => {
      pass('before');
      const result = commit(...values);
      pass('after');
      return result;
    };
    return statement;
  };
}
