/** sfc32: a small, fast generator whose whole state is four 32-bit words, so that a fork can copy it. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  private constructor(a: number, b: number, c: number, counter: number) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }

  /** The generator of a 32-bit seed. */
  static seeded(seed: number): Random {
    const random = new Random(0x9e3779b9, 0x243f6a88, seed | 0, 1);
    for (let i = 0; i < 12; i += 1) random.next(); // until the seed has reached every word
    return random;
  }

  copy(): Random {
    return new Random(this.#a, this.#b, this.#c, this.#counter);
  }

  /** Uniform in [0, 1) with 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return (sum >>> 0) / 2 ** 32;
  }
}
