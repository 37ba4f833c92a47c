/** Writes a command's answer to stdout as JSON; big integers as decimal text. */
export const print = (value: unknown): void => {
  const text = JSON.stringify(
    value,
    (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field),
    2,
  );
  process.stdout.write(`${text}\n`);
};
