/* The LIF step in C, the yardstick for the generated kernels. float32, synaptic delay 0 (the input acts in the same step):
 *
 *     i = i + x;  v = v + dt*tauMemInv*((vLeak - v) + i);  i = i - dt*tauSynInv*i;  z = v > vTh;  v = z ? vReset : v
 *
 * Build: cc -O3 -march=native -o lif lif.c
 *        (add -ffp-contract=off for bits equal to float32 after every operation; -mprefer-vector-width=512 where that is the limit wanted)
 * Run:   ./lif [n = 10000] [steps = 1000] [rounds = 15]
 * Input: 16 frames of Poisson spikes, p = 0.1, weight 2, cycled. Denormals are flushed to zero where the processor can.
 * Prints one JSON line: ns per neuron and step, median and minimum of the rounds.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { FRAMES = 16 };

static __attribute__((noinline)) void lif_step(int n, const float *restrict x, float *restrict v, float *restrict i, float *restrict z) {
  const float dt = 1e-3f, mem = dt * 100.0f, syn = dt * 200.0f, leak = 0.0f, threshold = 1.0f, reset = 0.0f;
  for (int k = 0; k < n; k++) {
    float j = i[k] + x[k];
    float u = v[k] + mem * ((leak - v[k]) + j);
    i[k] = j - syn * j;
    z[k] = u > threshold ? 1.0f : 0.0f;
    v[k] = u > threshold ? reset : u;
  }
}

static uint32_t noise = 12345;
static float uniform(void) {
  noise ^= noise << 13, noise ^= noise >> 17, noise ^= noise << 5;
  return (float)(noise >> 8) * 0x1p-24f;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

static float *floats(size_t n) {
  void *p = aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64);
  if (!p) { fputs("out of memory\n", stderr); exit(1); }
  return memset(p, 0, n * sizeof(float));
}

int main(int count, char **words) {
  if (count > 1 && words[1][0] == '-') { printf("usage: %s [n] [steps] [rounds]\n", words[0]); return 0; }
  int n = count > 1 ? atoi(words[1]) : 10000, steps = count > 2 ? atoi(words[2]) : 1000, rounds = count > 3 ? atoi(words[3]) : 15;
  if (n < 1 || steps < 1 || rounds < 1) { fputs("n, steps and rounds must be positive\n", stderr); return 2; }
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040);                       /* flush denormals to zero, take them as zero */
#endif
  float *x = floats((size_t)FRAMES * n), *v = floats(n), *i = floats(n), *z = floats(n);
  for (size_t k = 0; k < (size_t)FRAMES * n; k++) x[k] = uniform() < 0.1f ? 2.0f : 0.0f;
  double *times = malloc(sizeof(double) * rounds);
  if (!times) return 1;
  int frame = 0;
  for (int r = -2; r < rounds; r++) {                      /* two rounds of warm-up */
    double start = seconds();
    for (int t = 0; t < steps; t++, frame = (frame + 1) % FRAMES) lif_step(n, x + (size_t)frame * n, v, i, z);
    if (r >= 0) times[r] = (seconds() - start) * 1e9 / steps / n;
  }
  double spikes = 0;                                       /* not timed: how busy the neurons are */
  for (int t = 0; t < FRAMES; t++, frame = (frame + 1) % FRAMES) {
    lif_step(n, x + (size_t)frame * n, v, i, z);
    for (int k = 0; k < n; k++) spikes += z[k];
  }
  qsort(times, rounds, sizeof(double), ascending);
  printf("{\"name\": \"c_lif\", \"n\": %d, \"steps\": %d, \"rounds\": %d, \"unit\": \"ns per neuron\", \"median\": %.4f, \"min\": %.4f, \"activity\": %.4f}\n",
         n, steps, rounds, times[rounds / 2], times[0], spikes / FRAMES / n);
  return 0;
}
