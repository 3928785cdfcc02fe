/** A test that brings rows of the fault list about, named so that coverage.test.ts can look it up. */
export type NamedTest = {
  rows: readonly number[];
  /** The file, from the checkout, and a part of the test's title as it stands there. */
  where: string;
  test: string;
};

export const at =
  (where: string) =>
  (rows: readonly number[], test: string): NamedTest => ({ rows, where, test });
