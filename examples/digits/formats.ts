/** Levels of grey that the network sees. */
export const PIXELS = { format: 'uint4', scale: 17 } as const;

/** A network in number formats: every dense layer's weights in one, every activation in another. */
export interface Formats {
  readonly name: string;
  readonly weights: string;
  readonly activations: string;
  /** What one step of the activations is worth. */
  readonly activationScale: number;
}
