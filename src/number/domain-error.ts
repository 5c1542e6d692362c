/** A function was asked for a value that it does not have: division by zero, the logarithm of a number that is not positive. */
export class DomainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DomainError';
  }
}

/** An enclosure is too wide to say what is asked; with more precision it may be narrow enough, and `refine` tries so. */
export class UndecidedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UndecidedError';
  }
}
