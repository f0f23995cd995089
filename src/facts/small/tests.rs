//! Few and many, alone and joined.

use super::*;

#[test]
fn few_and_many_are_what_a_tree_is() {
    let (mut small, mut tree) = (SmallMap::default(), BTreeMap::new());
    // Every number once, in an order of its own, then some again.
    for n in (0..200_u32).map(|n| n * 77 % 101) {
        assert_eq!(small.get(&n), tree.get(&n));
        assert_eq!(small.insert(n, n + 1), tree.insert(n, n + 1));
        assert_eq!((small.len(), small.is_empty()), (tree.len(), false));
        assert!(small.iter().eq(tree.iter()) && small.iter().rev().eq(tree.iter().rev()));
        for (from, to) in [(0, 200), (10, 11), (40, 40), (50, 30), (97, 300)] {
            let want: Vec<u32> = (from..to).filter(|n| tree.contains_key(n)).collect();
            let keys: SmallSet<u32> = small.keys().copied().collect();
            assert_eq!(keys.range(&from, &to).copied().collect::<Vec<u32>>(), want, "{from}..{to}");
            assert!(keys.range(&from, &to).rev().eq(want.iter().rev()));
        }
    }
    small.join(5, 100, |mine, other| *mine += other);
    small.join(500, 100, |_, _| unreachable!("it is new"));
    assert_eq!((small.get(&5), small.get(&500), small.get(&501)), (Some(&106), Some(&100), None));
    small.rekey(|key| 1_000 - key);
    assert!(small.get(&995) == Some(&106) && small.keys().is_sorted());
    small.rekey(|key| 1_000 - key);
    small.retain(|key, _| key % 40 == 0);
    let want = SmallMap::of_distinct([(80, 81), (0, 1), (40, 41)]);
    assert_eq!(small, want, "a tree and a row may be equal");
    assert_eq!(small.into_vec(), [(0, 1), (40, 41), (80, 81)]);
    let mut row = want;
    row.rekey(|key| 100 - key);
    assert_eq!(row.into_vec(), [(20, 81), (60, 41), (100, 1)]);
}

#[test]
fn maps_joined_are_what_trees_joined_are() {
    let of = |keys: std::ops::Range<u32>| keys.map(|n| (n, n)).collect::<BTreeMap<_, _>>();
    for (mine, theirs) in
        [(0..0, 0..3), (0..3, 0..0), (0..3, 2..9), (0..20, 10..40), (0..50, 0..2), (0..32, 0..32), (0..1, 5..60)]
    {
        let (mut tree, other) = (of(mine.clone()), of(theirs.clone()));
        let mut small = SmallMap::of_distinct(tree.clone());
        small.join_all(SmallMap::of_distinct(other.clone()), |mine, theirs| *mine += theirs);
        for (key, value) in other {
            *tree.entry(key).or_default() += value;
        }
        assert_eq!(small.into_vec(), tree.into_iter().collect::<Vec<_>>(), "{mine:?} and {theirs:?}");
    }
}

#[test]
fn a_set_keeps_its_order_and_tells_what_is_new() {
    let mut set: SmallSet<Box<str>> = ["b", "a", "b"].into_iter().map(Box::from).collect();
    assert!(set.contains("a") && !set.contains("c") && set.insert("c".into()) && !set.insert("a".into()));
    assert_eq!((set.iter().map(|k| &**k).collect::<Vec<_>>(), set.len()), (vec!["a", "b", "c"], 3));
    set.retain(|key| &**key > "a");
    assert_eq!(set.into_iter().collect::<Vec<_>>(), [Box::from("b"), Box::from("c")]);
}
