let x = 8;
let y = 5;
for (let i = 1; i < 5; i++) {
  x += 2;
}
console.log(y + x);
