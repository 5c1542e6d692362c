// Runs a Verilated module for a number of cycles with inputs from a ring of recorded cycles, and prints the seconds that it took, by
// the wall and by the processor, and the output ports after the last cycle. `ports.h` is made for the module (see verilator-speed.ts).
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "ports.h"
#include "verilated.h"

template <typename T> inline void store(T& port, const uint32_t* words) {
  uint64_t value = words[0];
  if (sizeof(T) > 4) value |= static_cast<uint64_t>(words[1]) << 32;
  port = static_cast<T>(value);
}

template <size_t N> inline void store(VlWide<N>& port, const uint32_t* words) {
  for (size_t i = 0; i < N; i++) port[i] = words[i];
}

template <typename T> void print(const char* name, const T& port) {
  std::printf("%s %llx\n", name, static_cast<unsigned long long>(port));
}

template <size_t N> void print(const char* name, const VlWide<N>& port) {
  std::printf("%s ", name);
  for (size_t i = N; i-- > 0;) std::printf("%08x", port[i]);
  std::printf("\n");
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const uint64_t cycles = std::strtoull(argv[1], nullptr, 10);
  FILE* file = std::fopen(argv[2], "rb");
  std::vector<uint32_t> ring(ROWS * ROW_WORDS);
  if (!file || std::fread(ring.data(), 4, ring.size(), file) != ring.size()) return 2;
  std::fclose(file);
  VerilatedContext context;
  context.randReset(0);
  Dut dut(&context);
  dut.ap_rst_n = 0;
  for (int cycle = 0; cycle < 4; cycle++) {
    dut.ap_clk = 0;
    dut.eval();
    dut.ap_clk = 1;
    dut.eval();
  }
  dut.ap_rst_n = 1;
  const std::clock_t busy = std::clock();
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t cycle = 0; cycle < cycles; cycle++) {
    drive(dut, ring.data() + (cycle % ROWS) * ROW_WORDS);
    dut.ap_clk = 0;
    dut.eval();
    dut.ap_clk = 1;
    dut.eval();
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("seconds %.9f\ncpu %.9f\n", seconds.count(), static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC);
  show(dut);
  dut.final();
  return 0;
}
