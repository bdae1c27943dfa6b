let x = 3;
let y = x + 4;
for (let i = 0; i < 3; i++) {
  x += i;
  y -= 1;
}
console.log(x + y);
