/* The element-by-element parts of training, fused, for processors: everything between two matrix products in one pass
 * over memory. `kernels.py` compiles this file with the C compiler of the machine and holds the same in PyTorch, which
 * is used where there is no compiler and which the tests compare with. bfloat16 comes in and goes out; sums are float32. */
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t bf16;

static inline float widen(bf16 x) {
    uint32_t bits = (uint32_t)x << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static inline bf16 narrow(float value) { /* round to nearest, ties to even; values here are finite */
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return (bf16)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

static inline float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }
static inline float clip(float x, float limit) { return x > limit ? limit : (x < -limit ? -limit : x); }

/* One time step for all rows: gates from the input's and the state's share, the new cell, the cell's output. */
void lstm_forward(long rows, long d, const bf16 *restrict from_input, const bf16 *restrict from_state,
                  const float *restrict bias, const float *restrict cell_before, float limit,
                  bf16 *restrict gates, float *restrict cell, bf16 *restrict output) {
    for (long row = 0; row < rows; row++) {
        const bf16 *x = from_input + row * 4 * d, *s = from_state + row * 4 * d;
        const float *before = cell_before + row * d;
        bf16 *gate = gates + row * 4 * d, *out = output + row * d;
        float *now = cell + row * d;
        for (long k = 0; k < d; k++) {
            float i = sigmoid(widen(x[k]) + widen(s[k]) + bias[k]);
            float j = 2.0f * sigmoid(2.0f * (widen(x[d + k]) + widen(s[d + k]) + bias[d + k])) - 1.0f;
            float f = sigmoid(widen(x[2 * d + k]) + widen(s[2 * d + k]) + bias[2 * d + k]);
            float o = sigmoid(widen(x[3 * d + k]) + widen(s[3 * d + k]) + bias[3 * d + k]);
            float c = clip(i * j + f * before[k], limit);
            gate[k] = narrow(i);
            gate[d + k] = narrow(j);
            gate[2 * d + k] = narrow(f);
            gate[3 * d + k] = narrow(o);
            now[k] = c;
            out[k] = narrow(o * (2.0f * sigmoid(2.0f * c) - 1.0f));
        }
    }
}

/* The same step backwards: the gradient of the cell's output and of the cell to the gradients of the four gates'
 * inputs; `d_cell` holds the gradient from the step after and is left holding that for the step before. */
void lstm_backward(long rows, long d, const bf16 *restrict d_output, const bf16 *restrict gates,
                   const float *restrict cell, const float *restrict cell_before, float limit,
                   float *restrict d_cell, bf16 *restrict d_gates) {
    for (long row = 0; row < rows; row++) {
        const bf16 *gate = gates + row * 4 * d, *dm = d_output + row * d;
        const float *now = cell + row * d, *before = cell_before + row * d;
        float *dc_row = d_cell + row * d;
        bf16 *dz = d_gates + row * 4 * d;
        for (long k = 0; k < d; k++) {
            float i = widen(gate[k]), j = widen(gate[d + k]), f = widen(gate[2 * d + k]), o = widen(gate[3 * d + k]);
            float t = 2.0f * sigmoid(2.0f * now[k]) - 1.0f, g = widen(dm[k]);
            float dc = dc_row[k] + g * o * (1.0f - t * t);
            dc = fabsf(now[k]) < limit ? dc : 0.0f;
            dz[k] = narrow(dc * j * i * (1.0f - i));
            dz[d + k] = narrow(dc * i * (1.0f - j * j));
            dz[2 * d + k] = narrow(dc * before[k] * f * (1.0f - f));
            dz[3 * d + k] = narrow(g * t * o * (1.0f - o));
            dc_row[k] = dc * f;
        }
    }
}

/* Clips the projected outputs in place. */
void clip_forward(long n, float limit, bf16 *restrict h) {
    for (long k = 0; k < n; k++) h[k] = narrow(clip(widen(h[k]), limit));
}

/* Adds the two gradients that reach an output, and stops them where it was clipped. */
void clip_backward(long n, float limit, const bf16 *restrict h, const bf16 *restrict from_above,
                   const bf16 *restrict from_after, bf16 *restrict d_h) {
    for (long k = 0; k < n; k++)
        d_h[k] = fabsf(widen(h[k])) < limit ? narrow(widen(from_above[k]) + widen(from_after[k])) : 0;
}

/* Sampled softmax, one row a token: scores of the sampled words become, in place, the gradients of the loss; `own` is
 * the score of the right word, whose place among the sampled is `hit` (or -1), and becomes its gradient. */
void sampled_softmax(long rows, long sampled, bf16 *restrict scores, const float *restrict shift,
                     float *restrict own, const int64_t *restrict hit, float scale, float *restrict loss) {
    for (long row = 0; row < rows; row++) {
        bf16 *s = scores + row * sampled;
        float most = own[row], total = 0.0f;
        if (hit[row] >= 0) s[hit[row]] = 0xff7f; /* the lowest bfloat16 */
        for (long k = 0; k < sampled; k++) {
            float v = widen(s[k]) + shift[k];
            most = v > most ? v : most;
        }
        for (long k = 0; k < sampled; k++) total += expf(widen(s[k]) + shift[k] - most);
        float right = expf(own[row] - most);
        total += right;
        loss[row] = logf(total) + most - own[row];
        float factor = scale / total;
        for (long k = 0; k < sampled; k++) s[k] = narrow(expf(widen(s[k]) + shift[k] - most) * factor);
        own[row] = right * factor - scale;
    }
}
