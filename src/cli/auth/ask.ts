/** Asking for one line on the terminal; whoever waits for something else can take the question back. */
import readline from 'node:readline';

export type Question = {
  /** The line; null when stdin ended first. */
  line: Promise<string | null>;
  /** Ends the question, and stdin with it: there is one question a command. Harmless when it was answered. */
  close(): void;
};

export function askLine(prompt: string): Question {
  const lines = readline.createInterface({ input: process.stdin, output: process.stdout });
  const line = new Promise<string | null>((done) => {
    lines.once('close', () => done(null));
    lines.question(prompt, (text) => {
      done(text);
      lines.close();
    });
  });
  const close = () => {
    lines.close();
    process.stdin.destroy(); // a pipe that its writer keeps open would keep this process too
  };
  return { line, close };
}
