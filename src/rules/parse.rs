//! From text to `sqlparser`'s syntax tree: tokens allowed, bounds, places of faults.

use std::ops::Range;

use sqlparser::ast::Expr as Tree;
use sqlparser::dialect::{Dialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use super::RuleFault;

/// Most words, numbers and signs in one expression.
const MAX_TOKENS: usize = 20_000;
/// Deepest nesting that is parsed; deeper trees than `lower` allows get a fault there.
const MAX_NESTING: usize = 600;

/// An expression's text, its tokens and where its lines begin.
pub(super) struct Source<'a> {
    sql: &'a str,
    tokens: Vec<TokenWithSpan>,
    /// Byte offset of every character, line by line, with the end of the line's text last.
    lines: Vec<Vec<usize>>,
}

impl<'a> Source<'a> {
    /// Splits the text into tokens and refuses what no expression has.
    pub(super) fn new(sql: &'a str) -> Result<Self, Vec<RuleFault>> {
        let mut source = Source { sql, tokens: Vec::new(), lines: lines(sql) };
        match Tokenizer::new(&RuleDialect, sql).tokenize_with_location() {
            Ok(tokens) => source.tokens = tokens,
            Err(error) => {
                let start = source.offset(error.location);
                return Err(vec![plain(start..sql.len(), quote_message(&error.message))]);
            }
        }
        source.tokens.retain(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF));
        if source.tokens.is_empty() {
            return Err(vec![plain(0..sql.len(), "there is nothing here".to_owned())]);
        }
        if source.tokens.len() > MAX_TOKENS {
            let message = format!("this is too long: more than {MAX_TOKENS} words and signs");
            return Err(vec![plain(0..sql.len(), message)]);
        }
        let refused: Vec<RuleFault> = source.tokens.iter().filter_map(|token| source.refuse(token)).take(20).collect();
        if refused.is_empty() { Ok(source) } else { Err(refused) }
    }

    /// The syntax tree of the whole text.
    pub(super) fn parse(&self) -> Result<Tree, Vec<RuleFault>> {
        let mut parser =
            Parser::new(&RuleDialect).with_recursion_limit(MAX_NESTING).with_tokens_with_locations(self.tokens.clone());
        let tree = parser.parse_expr().map_err(|error| vec![self.parse_fault(&error)])?;
        let rest = parser.peek_token();
        if rest.token == Token::EOF {
            return Ok(tree);
        }
        Err(vec![RuleFault {
            span: self.token_range(&rest),
            message: format!("`{}` is not expected here", rest.token),
            expected: Some("an operator such as AND or OR, or the end".to_owned()),
            suggestion: None,
        }])
    }

    /// The tokens, in order.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().map(|token| &token.token)
    }

    /// The text as the user wrote it.
    pub(super) fn whole(&self) -> &str {
        self.sql
    }

    /// The bytes of a span of the tree, closing brackets included that the tree leaves out.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        if span.start.line == 0 {
            return 0..self.sql.len();
        }
        let (start, mut end) = (self.offset(span.start), self.offset(span.end));
        let mut open = 0_i32;
        let first = self.tokens.partition_point(|token| token.span.start < span.start);
        for token in &self.tokens[first..] {
            let inside = token.span.end <= span.end;
            match token.token {
                Token::LParen => open += 1,
                Token::RParen => open -= 1,
                _ => {}
            }
            if !inside {
                if open < 0 || token.token != Token::RParen {
                    break;
                }
                end = self.offset(token.span.end);
            }
            if open == 0 && token.span.end >= span.end {
                break;
            }
        }
        start..end.max(start)
    }

    /// A call's span, with the empty brackets that the tree leaves out.
    pub(super) fn with_brackets(&self, span: Span) -> Span {
        let next = self.tokens.partition_point(|token| token.span.start < span.end);
        match self.tokens.get(next..next + 2) {
            Some([open, close]) if open.token == Token::LParen && close.token == Token::RParen => {
                span.union(&close.span)
            }
            _ => span,
        }
    }

    /// The text of a span, shortened for a sentence.
    pub(super) fn text(&self, span: Span) -> String {
        let text = &self.sql[self.range(span)];
        if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).collect::<String>() + "..." }
    }

    fn offset(&self, location: Location) -> usize {
        let line = self.lines.get((location.line as usize).saturating_sub(1));
        let column = (location.column as usize).saturating_sub(1);
        line.and_then(|line| line.get(column).or(line.last())).copied().unwrap_or(self.sql.len())
    }

    fn token_range(&self, token: &TokenWithSpan) -> Range<usize> {
        self.offset(token.span.start)..self.offset(token.span.end)
    }

    fn refuse(&self, token: &TokenWithSpan) -> Option<RuleFault> {
        let (message, suggestion) = refusal(&token.token)?;
        let suggestion = suggestion.map(str::to_owned);
        Some(RuleFault { suggestion, ..plain(self.token_range(token), message) })
    }

    /// The parser's message ends in "at Line: 1, Column: 5"; none where the text ended too early.
    fn parse_fault(&self, error: &ParserError) -> RuleFault {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => {
                return plain(0..self.sql.len(), "this is nested too deeply".to_owned());
            }
        };
        let (text, location) = match text.rsplit_once(" at Line: ") {
            Some((text, place)) => (text, place.split_once(", Column: ")),
            None => (text, None),
        };
        let location =
            location.and_then(|(line, column)| Some(Location::new(line.parse().ok()?, column.parse().ok()?)));
        let token = location.and_then(|place| self.tokens.iter().find(|token| token.span.start == place));
        let span = match (token, location) {
            (Some(token), _) => self.token_range(token),
            (None, Some(place)) => self.offset(place)..self.sql.len(),
            (None, None) => self.sql.trim_end().len()..self.sql.len(),
        };
        let wanted = text.strip_prefix("Expected: ").and_then(|rest| rest.rsplit_once(", found: "));
        let message = match (wanted, token) {
            (Some((_, "EOF")), _) => "this ends too early".to_owned(),
            (Some(_), Some(token)) => format!("`{}` is not expected here", token.token),
            _ => text.to_owned(),
        };
        RuleFault { span, message, expected: wanted.map(|(wanted, _)| wanted.to_owned()), suggestion: None }
    }
}

/// SQL without the extensions of any vendor, so that the parser never guesses at meanings.
#[derive(Debug)]
struct RuleDialect;

impl Dialect for RuleDialect {
    fn is_delimited_identifier_start(&self, c: char) -> bool {
        c == '"'
    }

    fn is_identifier_start(&self, c: char) -> bool {
        c.is_alphabetic() || c == '_'
    }

    fn is_identifier_part(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    /// A word with a syntax of its own is never tried a second time as a function: nested, that takes exponential time.
    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        use Keyword::{
            CASE, CAST, CEIL, CONVERT, EXISTS, EXTRACT, FLOOR, INTERVAL, NOT, OVERLAY, SAFE_CAST, STRUCT, SUBSTR,
            SUBSTRING, TRIM, TRY_CAST,
        };
        matches!(
            keyword,
            CASE | CAST
                | CEIL
                | CONVERT
                | EXISTS
                | EXTRACT
                | FLOOR
                | INTERVAL
                | NOT
                | OVERLAY
                | SAFE_CAST
                | STRUCT
                | SUBSTR
                | SUBSTRING
                | TRIM
                | TRY_CAST
        )
    }

    /// `POSITION(part IN text)`, which the parser too would try twice.
    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Tree, ParserError>> {
        let position = matches!(&parser.peek_token_ref().token, Token::Word(word) if word.keyword == Keyword::POSITION);
        (position && parser.peek_nth_token(1).token == Token::LParen).then(|| {
            parser.next_token();
            parser.expect_token(&Token::LParen)?;
            let part = parser.parse_subexpr(self.prec_value(Precedence::Between))?;
            parser.expect_keyword(Keyword::IN)?;
            let text = parser.parse_expr()?;
            parser.expect_token(&Token::RParen)?;
            Ok(Tree::Position { expr: Box::new(part), r#in: Box::new(text) })
        })
    }
}

fn plain(span: Range<usize>, message: String) -> RuleFault {
    RuleFault { span, message, expected: None, suggestion: None }
}

fn lines(sql: &str) -> Vec<Vec<usize>> {
    let mut lines = vec![Vec::new()];
    for (offset, character) in sql.char_indices() {
        if let Some(line) = lines.last_mut() {
            line.push(offset);
        }
        if character == '\n' {
            lines.push(Vec::new());
        }
    }
    if let Some(line) = lines.last_mut() {
        line.push(sql.len());
    }
    lines
}

fn quote_message(message: &str) -> String {
    if message.contains("string literal") {
        "a text that begins here has no closing quote".to_owned()
    } else if message.contains("delimiter") {
        "a name that begins here has no closing double quote".to_owned()
    } else {
        message.to_owned()
    }
}

/// Why a token can stand in no expression, and what may be meant.
fn refusal(token: &Token) -> Option<(String, Option<&'static str>)> {
    let known = match token {
        Token::Word(word) if word.quote_style.is_none() && matches!(word.keyword, Keyword::SELECT | Keyword::WITH) => {
            let word = &word.value;
            return Some((
                format!("an expression can't contain a query ({word}); look-ups belong into a report"),
                None,
            ));
        }
        other if allowed(other) => return None,
        Token::DoubleEq => ("equality is written with one =", Some("=")),
        Token::Ampersand | Token::Overlap => ("both conditions are joined with AND", Some("AND")),
        Token::Pipe => ("either condition is joined with OR", Some("OR")),
        Token::ExclamationMark => ("a condition is negated with NOT", Some("NOT")),
        Token::SemiColon => ("an expression ends without a semicolon", Some("")),
        Token::Period => ("a column stands alone, without the name of a table", None),
        Token::Placeholder(_) | Token::Colon | Token::AtSign => {
            ("placeholders have no values here: write the value itself", None)
        }
        Token::Char('\u{2018}'..='\u{201e}') => ("text stands in straight single quotes", Some("'")),
        Token::Char('`') => ("a name stands in double quotes", Some("\"")),
        other => return Some((format!("`{other}` has no meaning in an expression"), None)),
    };
    Some((known.0.to_owned(), known.1))
}

fn allowed(token: &Token) -> bool {
    use Token::{
        Comma, Div, DoubleColon, Eq, ExclamationMarkTilde, ExclamationMarkTildeAsterisk, Gt, GtEq, LParen, Lt, LtEq,
        Minus, Mod, Mul, Neq, Number, Plus, RParen, SingleQuotedString, StringConcat, Tilde, TildeAsterisk, Word,
    };
    let operand = matches!(token, Word(_) | Number(..) | SingleQuotedString(_) | Comma | LParen | RParen | DoubleColon);
    let comparison = matches!(token, Eq | Neq | Lt | Gt | LtEq | GtEq);
    let arithmetic = matches!(token, Plus | Minus | Mul | Div | Mod | StringConcat);
    let regex = matches!(token, Tilde | TildeAsterisk | ExclamationMarkTilde | ExclamationMarkTildeAsterisk);
    operand || comparison || arithmetic || regex
}
