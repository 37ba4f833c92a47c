import { configFields } from './config.fields.js';

/** The table of the README: every value, how to set it, its default. */
export function configTable(): string {
  const rows = configFields().map(
    ({ path, flag, variable, description, defaultText }) =>
      `| \`${path}\` | \`${flag}\` | \`${variable}\` | ${defaultText} | ${description} |`,
  );
  return ['| file | flag | environment | default | what |', '|---|---|---|---|---|', ...rows].join('\n');
}
