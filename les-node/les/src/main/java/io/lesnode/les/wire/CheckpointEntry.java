package io.lesnode.les.wire;

import org.apache.tuweni.bytes.Bytes32;

/**
 * A checkpoint as a server advertises it: the helper tries up to and including a section of 32768
 * blocks.
 */
public record CheckpointEntry(
    long sectionIndex, Bytes32 sectionHead, Bytes32 canonicalHashRoot, Bytes32 bloomRoot) {}
