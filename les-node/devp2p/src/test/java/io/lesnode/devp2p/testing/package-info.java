/**
 * Live geth nodes for tests: {@link io.lesnode.devp2p.testing.GethProcess}. Shipped in the test jar
 * of this module for the tests of the modules above.
 */
@NullMarked
package io.lesnode.devp2p.testing;

import org.jspecify.annotations.NullMarked;
