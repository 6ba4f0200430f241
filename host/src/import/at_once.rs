//! Several decisions at the same time, answered in their order.

use tokio::task::JoinSet;

/// Policies are asked for so many rows at a time: enough to keep the database
/// and the sandboxes busy, few enough to leave room for others.
const AT_ONCE_MAX: usize = 8;

/// Does the work for every item. The error is that of a task that broke down.
pub async fn at_once<I, T, F, Fut>(items: Vec<I>, work: F) -> Result<Vec<T>, String>
where
    F: Fn(I) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut answers: Vec<Option<T>> = items.iter().map(|_| None).collect();
    let mut running = JoinSet::new();
    let mut waiting = items.into_iter().enumerate();
    loop {
        while running.len() < AT_ONCE_MAX {
            let Some((position, item)) = waiting.next() else {
                break;
            };
            let work = work(item);
            running.spawn(async move { (position, work.await) });
        }
        match running.join_next().await {
            Some(Ok((position, answer))) => answers[position] = Some(answer),
            Some(Err(error)) => return Err(error.to_string()),
            None => break,
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_come_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..100).collect();
        let answers = at_once(items.clone(), |item| async move {
            if item % 2 == 0 {
                tokio::task::yield_now().await;
            }
            item
        })
        .await;
        assert_eq!(answers, Ok(items));
    }
}
