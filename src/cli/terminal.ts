/** Writing for a person or a pipe: colours and moving signs only where stdout is a terminal that wants them. */
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export type Terminal = {
  /** Whether stdout is a terminal; secrets in links and moving signs are for terminals only. */
  interactive: boolean;
  colours: boolean;
  /** One line to stdout. */
  print(line?: string): void;
  /** One line to stderr. */
  warn(line: string): void;
  /** Text to stdout as it is. */
  write(text: string): void;
  paint(style: Style, text: string): string;
};

type Stream = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean };

/** `NO_COLOR` with any value switches colours off (no-color.org), `TERM=dumb` too. */
export function createTerminal(
  stdout: Stream,
  stderr: Stream,
  environment: Record<string, string | undefined>,
): Terminal {
  const interactive = stdout.isTTY === true;
  const colours = interactive && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return {
    interactive,
    colours,
    print: (line = '') => void stdout.write(`${line}\n`),
    warn: (line) => void stderr.write(`${line}\n`),
    write: (text) => void stdout.write(text),
    paint: (style, text) => (colours ? styleText(style, text) : text),
  };
}
