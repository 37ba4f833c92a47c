import { z } from 'zod';
import { configSchema } from './config.schema.js';

/** A single value of the configuration and the three ways to set it. */
export interface ConfigField {
  /** Path in the file, with dots. */
  readonly path: string;
  readonly flag: string;
  readonly variable: string;
  readonly description: string;
  readonly defaultText: string;
}

/** Every value of the schema, in its order. */
export function configFields(): ConfigField[] {
  return fieldsOf(configSchema, []);
}

function fieldsOf(schema: z.ZodType, path: readonly string[]): ConfigField[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, field]) =>
      fieldsOf(field, [...path, name]),
    );
  }
  const joined = path.join('.');
  const words = joined.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    {
      path: joined,
      flag: `--${words}`,
      variable: `METACHAIN_${words.replaceAll('-', '_').toUpperCase()}`,
      description: schema.description ?? '',
      defaultText: defaultOf(schema),
    },
  ];
}

/** Removes defaults, options and conversions around an object. */
function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return '';
  return schema instanceof z.ZodDefault ? String(schema.def.defaultValue) : 'required';
}
