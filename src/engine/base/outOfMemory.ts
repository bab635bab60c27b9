// Detects a lack of memory in native libraries. TensorFlow, onnxruntime and the C++ runtime give no code for it, so
// this file alone reads their messages.
const texts = /OOM|ResourceExhausted|out of memory|failed to allocate|bad_alloc|std::length_error/i;

/** Whether a native library failed for lack of memory. `failure`: what it threw, or the last words of its process. */
export const isOutOfMemory = (failure: unknown): boolean => texts.test(String(failure));
