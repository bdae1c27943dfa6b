// f(1) = -1
// f(4) = 5
function f(x) {
  let t = 1;
  for (let i = 0; i < x; i++) {
    t += ___;
  }
  return t;
}
