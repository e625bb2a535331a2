//! Works that need the store at rest: holds, releases and erasures, each in a commit of its own.

use super::{Store, lost_order};
use crate::{
    commit::{
        Commit, Outcome, Work,
        prepare::prepare,
        receipt::{Receipt, Submission},
        sequencer::Done,
    },
    erase::{Census, Erase, Erased, NotErased},
    error::{Error, SealError},
    head::Head,
    holds::Scope,
    purge::Purge,
    read::{Filter, Reader},
};
use decl_core::{Code, Event, EventKind, Fault, NoFiles, Value};
use std::sync::{Arc, atomic::Ordering, mpsc::sync_channel};

impl Store {
    /// Does what needs the store at rest, in a commit of its own. Returns its result, and the head that covers it.
    pub(crate) fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Commit<'_>, &Reader) -> Result<T, Error> + Send + 'static,
    ) -> Result<(Arc<Head>, T), Error> {
        let (sender, result) = sync_channel(1);
        let reader = Arc::clone(&self.reader);
        let work = move |commit: &mut Commit<'_>| {
            let _ = sender.send(work(commit, &reader)?); // the receiver is below
            Ok(())
        };
        let works = vec![Ok(Work::Alone(Box::new(work)))];
        let Done { head, outcomes } = self.send(works, self.budget.take(0)).receive()?;
        outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
        Ok((head, result.recv().map_err(|_| lost_order())?))
    }

    /// Seals an event in a commit of its own, unless `refuse` has a reason not to.
    pub(crate) fn seal_alone(
        &self,
        event: Event,
        refuse: impl FnOnce(&Reader) -> Result<Option<Fault>, Error> + Send + 'static,
    ) -> Result<Receipt, SealError> {
        let prepared = prepare(Submission::local(event, Vec::new()), self.reader.db(), &self.known)?;
        let (head, outcome) = self.alone(move |commit, reader| match refuse(reader)? {
            Some(fault) => Ok(Outcome::Refused(fault)),
            None => commit.add(Work::Seal(prepared)),
        })?;
        self.receipt(&head, Ok(outcome))
    }

    /// Places a hold: from now on nothing that it covers can be erased.
    pub fn hold(&self, name: &str, scope: &Scope, reason: &str) -> Result<Receipt, SealError> {
        let body = Value::map([
            ("name", Value::text(name)),
            ("scope", scope.value()),
            ("reason", Value::text(reason)),
        ]);
        let (event, _) = Event::new(EventKind::Hold, body, "local", &mut NoFiles)?;
        if let Scope::Query(query) = scope {
            let refused = |message| Fault::pointer(Code::Range, "/body/scope/query", message);
            query.parse::<Filter>().map_err(refused)?;
        }
        let (name, scope, id) = (name.to_owned(), scope.clone(), event.identity());
        self.seal_alone(event, move |reader| {
            if let Some(hold) = reader.holds()?.into_iter().find(|hold| hold.name == name) {
                let message = format!("the hold {name} is in force since entry {}", hold.index);
                return Ok(Some(
                    Fault::pointer(Code::Range, "/body/name", message)
                        .with_hint("give it another name, or release the one in force"),
                ));
            }
            if let Some(index) = reader.index_of(&id)? {
                let message = format!("the same hold is entry {index}, and it was released");
                return Ok(Some(
                    Fault::pointer(Code::Range, "/body/reason", message)
                        .with_hint("give it another name or another reason"),
                ));
            }
            let (there, what) = match &scope {
                Scope::Content(digest) => (reader.knows(digest)?, "content"),
                Scope::Subject(id) => (reader.index_of(id)?.is_some(), "record"),
                Scope::Query(_) => return Ok(None),
            };
            let at = format!("/body/scope/{}", scope.as_str());
            Ok((!there)
                .then(|| Fault::pointer(Code::Unresolved, at, format!("this store has no such {what}"))))
        })
    }

    /// Releases the hold of this name.
    pub fn release(&self, name: &str, reason: &str) -> Result<Receipt, SealError> {
        let none = || {
            Fault::pointer(Code::Unresolved, "/body/hold", format!("no hold {name} is in force"))
                .with_hint("`decl holds` lists those that are")
        };
        let hold = self.reader().holds()?.into_iter().find(|hold| hold.name == name).ok_or_else(none)?;
        let body = Value::map([("hold", Value::text(hold.id.hex())), ("reason", Value::text(reason))]);
        let (event, _) = Event::new(EventKind::Release, body, "local", &mut NoFiles)?;
        let released = none();
        self.seal_alone(event, move |reader| {
            let in_force = reader.holds()?.iter().any(|other| other.id == hold.id);
            Ok((!in_force).then_some(released))
        })
    }

    /// Erases content: in one commit its rows are deleted, and a record for each piece states that. Returns the results
    /// in the same order. The bytes are in the files of the store until they are [purged](Self::purge).
    pub fn erase(&self, batch: Vec<Erase>) -> Vec<Result<Erased, NotErased>> {
        let count = batch.len();
        // Most of the records are counted here, so that the sequencer has only the newest to count.
        let counted = batch.into_iter().map(|erase| {
            let census = Census::take(erase.content, self.reader())?;
            Ok((erase, census))
        });
        let erased = counted.collect::<Result<Vec<_>, Error>>().and_then(|counted| {
            self.alone(move |commit, reader| {
                let holds = reader.holds()?;
                let erase = |(erase, census)| commit.erase(&erase, census, &holds, reader);
                Ok(counted.into_iter().map(erase).collect::<Vec<_>>())
            })
        });
        match erased {
            Ok((_, erased)) => {
                self.erased_at.store(self.reader.db().last_write(), Ordering::Relaxed);
                erased
            }
            Err(error) => vec![Err(error.into()); count],
        }
    }

    /// Takes what was erased out of every file of the store. Returns whether it is gone: while somebody in this process
    /// still sees it, it is not. The next opening does the same.
    pub fn purge(&self) -> Result<bool, Error> {
        let Some(purge) = Purge::read(self.reader().db())? else { return Ok(true) };
        // What an earlier process erased is visible to nobody in this one.
        let deleted = self.erased_at.load(Ordering::Relaxed);
        if !purge.run(self.reader.db(), self.reader.layout(), deleted)? {
            return Ok(false);
        }
        let (_, done) = self.alone(move |commit, _| commit.purged(purge))?;
        Ok(done)
    }
}
