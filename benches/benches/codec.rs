//! The canonical codec beside what else could have been used, and beside BLAKE3 of the same bytes.

#![expect(missing_docs, reason = "criterion_group makes a function that nobody calls by name")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use decl_benches::{chat_body, declaration};
use decl_core::{NoFiles, cbor, json};
use std::hint::black_box;

fn codec(c: &mut Criterion) {
    // The median, the ninth decile and the 99th percentile of what real bodies give; and a very long one.
    for (name, turns) in [("1kB", 5), ("3kB", 16), ("10kB", 90), ("104kB", 1_000)] {
        let bytes = declaration(0, turns).declaration.into_bytes();
        let value = cbor::decode(&bytes).expect("canonical");
        let ciborium_value: ciborium::Value = ciborium::from_reader(&bytes[..]).expect("CBOR");
        let ipld: ipld_core::ipld::Ipld =
            serde_ipld_dagcbor::from_slice(&bytes).expect("these bytes are DAG-CBOR too");
        let dcbor = dcbor::CBOR::try_from_data(&bytes).expect("these bytes are dCBOR too");

        coded(c, &format!("declaration/{name}"), &bytes);

        let mut group = c.benchmark_group(format!("encode/{name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("decl", |b| b.iter(|| cbor::encode(black_box(&value))));
        group.bench_function("blake3", |b| b.iter(|| blake3::hash(black_box(&bytes))));
        group.bench_function("ciborium-sorted", |b| b.iter(|| ciborium_sorted(black_box(&ciborium_value))));
        group.bench_function("dag-cbor", |b| b.iter(|| serde_ipld_dagcbor::to_vec(black_box(&ipld))));
        group.bench_function("dcbor", |b| b.iter(|| black_box(&dcbor).to_cbor_data()));
        group.finish();

        let mut group = c.benchmark_group(format!("check/{name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("decl", |b| b.iter(|| cbor::decode(black_box(&bytes)).is_ok()));
        group.bench_function("blake3", |b| b.iter(|| blake3::hash(black_box(&bytes))));
        group.bench_function("decl-decode", |b| b.iter(|| cbor::decode(black_box(&bytes))));
        group.bench_function("decl-declaration", |b| {
            b.iter(|| decl_core::Declaration::from_cbor(black_box(&bytes).clone()));
        });
        group.bench_function("ciborium-reencode", |b| {
            b.iter(|| {
                let value: ciborium::Value = ciborium::from_reader(black_box(&bytes[..])).expect("CBOR");
                ciborium_sorted(&value) == bytes
            });
        });
        group.bench_function("dag-cbor", |b| {
            b.iter(|| serde_ipld_dagcbor::from_slice::<ipld_core::ipld::Ipld>(black_box(&bytes)));
        });
        group.bench_function("dcbor", |b| b.iter(|| dcbor::CBOR::try_from_data(black_box(&bytes))));
        group.finish();
    }
}

fn identity(c: &mut Criterion) {
    let chat = decl_adapt::named("chat").expect("an adapter that exists");
    let options = decl_adapt::Options::default();
    for (name, messages, size) in [("small", 4, 300), ("large-text", 4, 50_000), ("many-nodes", 1_500, 100)] {
        let body = chat_body(messages, size);
        let source = chat.declare(&body, &options, &mut NoFiles).expect("a body of this API");
        let mut group = c.benchmark_group(format!("identity/{name}"));
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function("decl parse", |b| b.iter(|| json::parse(black_box(&body))));
        group.bench_function("serde_json::Value", |b| {
            b.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)));
        });
        group.bench_function("decl body->identity", |b| {
            b.iter(|| chat.declare(black_box(&body), &options, &mut NoFiles));
        });
        // What must be hashed in any case: each piece of content, and the canonical bytes.
        group.bench_function("blake3", |b| {
            b.iter(|| {
                for content in &source.contents {
                    black_box(blake3::hash(black_box(&content.bytes)));
                }
                blake3::hash(black_box(source.declaration.as_bytes()))
            });
        });
        group.finish();
        // The codec alone: on the body as it is, all text in it, and on its declaration, which refers to the text.
        let document = json::parse(&body).and_then(|value| cbor::encode(&value)).expect("a document");
        coded(c, &format!("document/{name}"), &document);
        coded(c, &format!("declaration/{name}"), source.declaration.as_bytes());
    }
}

/// To encode and hash, and to check and hash, beside the hash alone.
fn coded(c: &mut Criterion, group: &str, bytes: &[u8]) {
    let value = cbor::decode(bytes).expect("canonical");
    let mut group = c.benchmark_group(group);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("blake3", |b| b.iter(|| blake3::hash(black_box(bytes))));
    group.bench_function("encode+blake3", |b| {
        b.iter(|| cbor::encode(black_box(&value)).map(|bytes| blake3::hash(&bytes)));
    });
    group.bench_function("check+blake3", |b| {
        b.iter(|| cbor::decode(black_box(bytes)).is_ok().then(|| blake3::hash(black_box(bytes))));
    });
    group.finish();
}

/// The canonical bytes by way of ciborium: sorted by hand, since its serializer keeps the order of maps.
fn ciborium_sorted(value: &ciborium::Value) -> Vec<u8> {
    fn sort(value: &mut ciborium::Value) {
        match value {
            ciborium::Value::Array(items) => items.iter_mut().for_each(sort),
            ciborium::Value::Map(members) => {
                for (_, value) in members.iter_mut() {
                    sort(value);
                }
                members.sort_by(|(a, _), (b, _)| match (a.as_text(), b.as_text()) {
                    (Some(a), Some(b)) => decl_core::key_order(a, b),
                    _ => std::cmp::Ordering::Equal,
                });
            }
            _ => {}
        }
    }
    let mut value = value.clone();
    sort(&mut value);
    let mut out = Vec::new();
    ciborium::into_writer(&value, &mut out).expect("a vector takes everything");
    out
}

criterion_group!(benches, codec, identity);
criterion_main!(benches);
