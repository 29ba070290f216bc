/**
 * Node records (EIP-778): {@link io.lesnode.devp2p.enr.NodeRecord}. Values without threads; imports
 * primitives only.
 */
@NullMarked
package io.lesnode.devp2p.enr;

import org.jspecify.annotations.NullMarked;
