import { applyDecorators, Controller, UsePipes, ValidationPipe } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ErrorDto } from './dto/common.dto.js';
import { invalidRequest } from './rest.errors.js';

/** Unknown fields are refused, so that a misspelt limit is never ignored. */
const validation = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) =>
    invalidRequest(
      'the request is not valid',
      errors.map(({ property, constraints, children }) => ({
        field: property,
        problems: constraints
          ? Object.values(constraints)
          : (children ?? []).map((child) => `${child.property} is not valid`),
      })),
    ),
});

/** A controller under /v1 with the validation and the error format that all of them share. */
export const RestController = (tag: string, path = 'v1'): ClassDecorator =>
  applyDecorators(
    Controller(path),
    ApiTags(tag),
    ApiExtraModels(ErrorDto),
    ApiResponse({ status: '4XX', type: ErrorDto, description: 'What was wrong with the request' }),
    UsePipes(validation),
  );
