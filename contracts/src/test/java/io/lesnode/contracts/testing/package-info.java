/**
 * {@link ContractChain}: a chain in this process for tests of contracts and of what reads them.
 * Shared with other modules as a test jar.
 */
@NullMarked
package io.lesnode.contracts.testing;

import org.jspecify.annotations.NullMarked;
