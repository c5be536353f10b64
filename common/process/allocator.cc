// What jemalloc reads at the start of a process that is linked with it (its MALLOC_CONF can still
// change it): a thread of its own gives unused pages back also while the process is idle.
extern "C" {
const char* malloc_conf = "background_thread:true,dirty_decay_ms:5000,muzzy_decay_ms:0";
}
