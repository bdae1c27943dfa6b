// f(2) = 12
// f(4) = 23
function f(x) {
  let s = 3;
  for (let i = 0; i < x; i++) {
    s += i + 2;
  }
  return s;
}
