// f(5) = 28
// f(2) = 16
function f(x) {
  const a = x - 4;
  const b = a + x;
  return b * 2;
}
