/** Kind of a JSON value: hex text is told by whether its length is fixed, so that a quantity is no hash. */
function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'string') return typeof value;
  if (!/^0x[0-9a-f]*$/i.test(value)) return 'text';
  if (value.length === 66) return 'hash';
  if (value.length === 42) return 'address';
  return 'hex';
}

/** A padded word and a short quantity may both stand for a random number. */
const exchangeable = (left: string, right: string): boolean =>
  [left, right].every((entry) => entry === 'hex' || entry === 'hash');

/** Places at which `ours` lacks something that `theirs` has, or has it of another kind. What we have besides is allowed. */
export function differences(theirs: unknown, ours: unknown, path = ''): string[] {
  const [wanted, found] = [kind(theirs), kind(ours)];
  if (wanted !== found && !(exchangeable(wanted, found) && /\.(r|s|value|mixHash)$/.test(path))) {
    return [`${path || 'result'}: ${wanted} there, ${found} here`];
  }
  if (wanted === 'list') {
    const [theirFirst] = theirs as unknown[];
    const [ourFirst] = ours as unknown[];
    return theirFirst === undefined || ourFirst === undefined ? [] : differences(theirFirst, ourFirst, `${path}[0]`);
  }
  if (wanted !== 'object') return [];
  return Object.entries(theirs as object).flatMap(([name, value]) => {
    if (!Object.hasOwn(ours as object, name)) return [`${path}.${name}: missing here`];
    return differences(value, (ours as Record<string, unknown>)[name], `${path}.${name}`);
  });
}
