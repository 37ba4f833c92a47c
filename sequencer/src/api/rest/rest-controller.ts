import { applyDecorators, Controller, UsePipes, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ApiExtraModels, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ErrorDto } from './dto/common.dto.js';
import { invalidRequest } from './rest.errors.js';

/** An answer names the first few problems: a request may have as many as it has fields. */
const MAXIMUM_PROBLEMS = 10;
const MAXIMUM_TEXT = 200;

/** Unknown fields are refused, so that a misspelt limit is never ignored. */
const validation = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) =>
    invalidRequest('the request is not valid', errors.slice(0, MAXIMUM_PROBLEMS).map(describe)),
});

function describe({ property, constraints, children }: ValidationError): { field: string; problems: string[] } {
  const problems = constraints
    ? Object.values(constraints)
    : (children ?? []).slice(0, MAXIMUM_PROBLEMS).map((child) => problemInside(child));
  return { field: short(property), problems: problems.map(short) };
}

/** A field of a nested object, with what is wrong with it. */
function problemInside({ property, constraints }: ValidationError): string {
  const [problem] = Object.values(constraints ?? {});
  return problem ?? `${property} is not valid`;
}

const short = (text: string): string => (text.length > MAXIMUM_TEXT ? `${text.slice(0, MAXIMUM_TEXT)}...` : text);

/** A controller under /v1 with the validation and the error format that all of them share. */
export const RestController = (tag: string, path = 'v1'): ClassDecorator =>
  applyDecorators(
    Controller(path),
    ApiTags(tag),
    ApiExtraModels(ErrorDto),
    ApiResponse({ status: '4XX', type: ErrorDto, description: 'What was wrong with the request; nothing was changed' }),
    UsePipes(validation),
  );
