import { GLYPHS, type Point } from './glyphs.ts';
import { seededRandom, type Random } from './random.ts';

/** Width and height of an image in pixels. */
export const SIZE = 16;

/** Images, one after the other, SIZE x SIZE bytes each, row by row (0 paper, 255 ink), and the digit that each shows. */
export interface DigitSet {
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Draws `count` digits, the ten in turn. The same seed gives the same pixels. */
export function drawDigits(count: number, seed: number): DigitSet {
  const random = seededRandom(seed);
  const pixels = new Uint8Array(count * SIZE * SIZE);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  labels.forEach((digit, index) => drawDigit(digit, random, pixels.subarray(index * SIZE * SIZE, (index + 1) * SIZE * SIZE)));
  return { count, pixels, labels };
}

/** Writes one way to write `digit`, distorted at random, into the SIZE x SIZE bytes of `image`. */
function drawDigit(digit: number, random: Random, image: Uint8Array): void {
  const glyph = GLYPHS[digit][random.below(GLYPHS[digit].length)];
  const move = distortion(random);
  const strokes = glyph.map((stroke) => stroke.map(move));
  const penRadius = random.uniform(0.6, 1.2);
  const ink = random.uniform(190, 255);
  const noise = random.uniform(0, 30);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const centre: Point = [column + 0.5, row + 0.5];
      let distance = Infinity;
      for (const stroke of strokes) {
        for (let end = 1; end < stroke.length; end++) {
          distance = Math.min(distance, distanceToSegment(centre, stroke[end - 1], stroke[end]));
        }
      }
      // How much of the pixel the pen covers: the edge of the stroke is half covered.
      const coverage = Math.min(1, Math.max(0, penRadius - distance + 0.5));
      image[row * SIZE + column] = Math.min(255, Math.max(0, Math.round(ink * coverage + noise * random.normal())));
    }
  }
}

/** A random map of the unit square into the image: waver of the hand, size, slant, rotation, shift. */
function distortion(random: Random): (point: Point) => Point {
  const waver = random.uniform(-0.05, 0.05);
  const phase = random.uniform(0, 2 * Math.PI);
  const height = random.uniform(10, 13.5);
  const width = height * random.uniform(0.65, 0.95);
  const slant = random.uniform(-0.15, 0.3);
  const angle = random.uniform(-0.2, 0.2);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const centreX = SIZE / 2 + random.uniform(-1.3, 1.3);
  const centreY = SIZE / 2 + random.uniform(-1.3, 1.3);
  return ([u, v]) => {
    const y = (v - 0.5) * height;
    const x = (u - 0.5 + waver * Math.sin(2 * Math.PI * v + phase)) * width - slant * y;
    return [centreX + cosine * x - sine * y, centreY + sine * x + cosine * y];
  };
}

function distanceToSegment([x, y]: Point, [startX, startY]: Point, [endX, endY]: Point): number {
  const [alongX, alongY] = [endX - startX, endY - startY];
  const length = alongX * alongX + alongY * alongY;
  const where = length === 0 ? 0 : ((x - startX) * alongX + (y - startY) * alongY) / length;
  const nearest = Math.min(1, Math.max(0, where));
  const [gapX, gapY] = [x - startX - nearest * alongX, y - startY - nearest * alongY];
  return Math.sqrt(gapX * gapX + gapY * gapY);
}
