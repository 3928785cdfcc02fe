/** Lets everything that is already under way run on: promises and `setImmediate`, no time passes. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
