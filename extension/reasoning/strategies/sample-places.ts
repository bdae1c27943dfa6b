/** Samples of a server at a time, the watched one among them. */
export const TOGETHER = 4;
