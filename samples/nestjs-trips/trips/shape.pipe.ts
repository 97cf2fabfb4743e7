import { BadRequestException, Injectable } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';

/** Lets through what is of this shape, and says what is wrong with all else. */
@Injectable()
export class ShapePipe<T> implements PipeTransform<unknown, T> {
  constructor(private readonly shape: z.ZodType<T>, private readonly name = 'the body') {}

  transform(value: unknown): T {
    const parsed = this.shape.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new BadRequestException(parsed.error.issues.map(({ path, message }) => `${path.join('.') || this.name}: ${message}`));
  }
}
