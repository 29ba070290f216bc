/** What answering a request costs the server without network and credit. */
@NullMarked
package io.lesnode.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
