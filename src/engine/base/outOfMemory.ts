// TensorFlow, onnxruntime and the C++ runtime tell a lack of memory in their messages only: this is the one place that reads them.
const texts = /OOM|ResourceExhausted|out of memory|failed to allocate|bad_alloc|std::length_error/i;

/** Whether a native library failed for lack of memory. `failure`: what it threw, or the last words of its process. */
export const isOutOfMemory = (failure: unknown): boolean => texts.test(String(failure));
